DROP TABLE IF EXISTS mentorflow_move
