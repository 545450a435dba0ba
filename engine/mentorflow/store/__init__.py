"""Where mentorships are kept: the tables, the hot path's SQL, the migrations."""
