INSERT INTO tabs VALUES (3, 'UUID-3', 'Late', 'https://late.example/', 'late.example', 2, 654598800, 0, 0, 0, 0, 'W', 1);
