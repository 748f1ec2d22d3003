/** Something to begin with: a table, a view over it, and what the view says. */
export const example = `-- A table of one's own, and a view that follows it.
CREATE TABLE orders (
  id BIGINT NOT NULL,
  shop STRING,
  amount DECIMAL(12, 2),
  ordered_at TIMESTAMP(3),
  PRIMARY KEY (id) NOT ENFORCED
);

CREATE MATERIALIZED VIEW sales AS
SELECT shop, COUNT(*) AS orders, SUM(amount) AS amount
FROM orders
GROUP BY shop;

INSERT INTO orders VALUES
  (1, 'Hangzhou', 120.50, TIMESTAMP '2030-01-01 09:00:00'),
  (2, 'Shanghai', 80.00, TIMESTAMP '2030-01-01 09:05:00'),
  (3, 'Hangzhou', 19.90, TIMESTAMP '2030-01-01 09:12:00');

SELECT * FROM sales ORDER BY amount DESC;
`;
