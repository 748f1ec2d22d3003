namespace Orrery.Retail.Canal;

/// <summary>A message as canal puts it into a topic.</summary>
/// <param name="Topic"><c>retail.database.table</c>.</param>
/// <param name="Partition">From 0.</param>
/// <param name="Key">The text of the partition's column.</param>
/// <param name="Value">JSON.</param>
/// <param name="Rows">Rows of the source in it.</param>
public sealed record CanalMessage(string Topic, int Partition, string Key, byte[] Value, int Rows);
