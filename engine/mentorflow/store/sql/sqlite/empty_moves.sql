DELETE FROM mentorflow_move
