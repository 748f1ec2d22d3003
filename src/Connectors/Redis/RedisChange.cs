namespace Orrery.Connectors.Redis;

/// <summary>A change of one row of a dimension table.</summary>
/// <param name="Bytes">The whole row as it is from now on; or, where it goes, its key (<see cref="Dialects.RowKeys"/>).</param>
/// <param name="IsDeleted">Whether the row goes.</param>
public readonly record struct RedisChange(ReadOnlyMemory<byte> Bytes, bool IsDeleted = false);
