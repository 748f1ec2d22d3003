using Orrery.Grains.Sql.Schemas;

namespace Orrery.Grains.Sql.Readings;

/// <summary>Reads a table from a database again and again, and gives the difference to the views. Key: the tenant, a slash and the table's part of a name.</summary>
interface ITableReadingGrain : IGrainWithStringKey
{
    /// <summary>Sees that the table is read when it is due. A definition of another version is another table: it is read at once.</summary>
    Task Wake(SqlDefinition table);

    /// <summary>Reads at the next wake, whenever it would be due.</summary>
    Task ReadNow();

    Task<TableReadingStatus> Status();
}

/// <param name="LastAt">When the newest reading began, UTC; null: there was none.</param>
/// <param name="Rows">That the table had then.</param>
/// <param name="Changes">Rows that had come, changed or gone since the one before.</param>
/// <param name="Problem">Why the newest try failed, in words; null: it did not.</param>
sealed record TableReadingStatus(DateTimeOffset? LastAt, long Rows, long Changes, string? Problem);
