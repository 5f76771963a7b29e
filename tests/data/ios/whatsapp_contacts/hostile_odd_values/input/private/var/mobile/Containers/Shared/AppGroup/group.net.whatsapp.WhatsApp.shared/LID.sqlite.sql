-- A database of another kind under this name.
CREATE TABLE something_else (a);
INSERT INTO something_else VALUES (1);
