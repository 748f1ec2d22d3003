// How who enters and leaves goes on to a table or to Redis: statements to run, as the guide has them.

/** A table over a segments' topic, and what is in the segment now kept in a sink. */
export function publishStatements(tenant: string, type: string, segment: string): { table: string; redis: string } {
  const moves = `moves_${type}`;
  const table = `CREATE TABLE IF NOT EXISTS ${moves} (id BIGINT, segment STRING, object STRING, event STRING, at STRING)
WITH ('connector' = 'topic', 'topic' = '${tenant}.segments-${type}', 'format' = 'json');
CREATE MATERIALIZED VIEW IF NOT EXISTS in_${segment} AS
SELECT object, event, at FROM (SELECT object, event, at, ROW_NUMBER() OVER (PARTITION BY object ORDER BY id DESC) AS place FROM ${moves} WHERE segment = '${segment}') AS m WHERE place = 1 AND event = 'enter'`;
  const redis = `${table};
CREATE TABLE IF NOT EXISTS redis_${segment} (object STRING, at STRING, PRIMARY KEY (object) NOT ENFORCED)
WITH ('connector' = 'redis', 'connection' = 'HOST:6379');
INSERT INTO redis_${segment} SELECT object, at FROM in_${segment}`;
  return { table, redis };
}
