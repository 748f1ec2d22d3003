using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>A table that the database tracks.</summary>
/// <param name="Name"><c>schema.table</c>, as the database spells it.</param>
/// <param name="Id">The object's number: another one if the table was dropped and made anew.</param>
/// <param name="BeginVersion">The version at which tracking began; set anew by TRUNCATE, and by switching tracking off and on.</param>
/// <param name="LeastValidVersion">Changes behind a version are whole only if it is not below this one; null where the user may not see it.</param>
/// <param name="Schema">Of its rows, with the key.</param>
sealed record TrackedTable(string Name, long Id, long BeginVersion, long? LeastValidVersion, TableSchema Schema);

/// <summary>What a transaction of snapshot isolation sees when it begins.</summary>
/// <param name="Version">The last committed version; null where the database tracks no changes.</param>
/// <param name="Milliseconds">The server's clock, Unix milliseconds UTC.</param>
/// <param name="Tables">Those of the wanted tables that are tracked.</param>
sealed record TrackingMoment(long? Version, long Milliseconds, IReadOnlyList<TrackedTable> Tables);

/// <summary>Which changes of a table are read: those behind a version, up to another; of the first version behind it only what follows a key, where one is given.</summary>
readonly record struct TrackingRange(long Since, byte[]? BehindKey, long UpTo);

/// <summary>Rows as a reader found them, in one buffer.</summary>
sealed class TrackedRows
{
    public RowWriter Bytes { get; } = new(1 << 12);

    public List<TrackedRow> Rows { get; } = [];

    /// <summary>Whether a bound ended the reading, so that there may be more.</summary>
    public bool HasMore { get; set; }

    public ReadOnlySpan<byte> KeyOf(in TrackedRow row) => Bytes.Written.Slice(row.KeyStart, row.KeyLength);

    /// <summary>The row as it stands; empty where it is gone.</summary>
    public ReadOnlySpan<byte> RowOf(in TrackedRow row) => Bytes.Written.Slice(row.RowStart, row.RowLength);
}

/// <param name="Version">Of the change; 0 for a chunk's rows.</param>
/// <param name="IsInsert">Whether the row came to be behind the version that was asked from.</param>
/// <param name="KeyStart">Its key, as a row of the key's columns.</param>
/// <param name="KeyLength">The key's bytes.</param>
/// <param name="RowStart">The row as it stands.</param>
/// <param name="RowLength">0 where it is gone.</param>
readonly record struct TrackedRow(long Version, bool IsInsert, int KeyStart, int KeyLength, int RowStart, int RowLength);
