-- One process makes the tables at a time, and whoever is killed meanwhile leaves none.
BEGIN IMMEDIATE
