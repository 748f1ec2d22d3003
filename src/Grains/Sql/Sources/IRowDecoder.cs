using Orrery.Connectors.Rows;
using Orrery.Log;

namespace Orrery.Grains.Sql.Sources;

/// <summary>Makes rows of what a source holds and gives them to a table. The same records give the same rows, whenever.</summary>
interface IRowDecoder
{
    /// <summary>Sees to what has to be fetched before the slice can be decoded, such as schemas.</summary>
    Task PrepareAsync(SourceSlice slice) => Task.CompletedTask;

    /// <summary>The columns of the table's records in a slice, where they become others, each with its first record. For sources that tell their columns; it reads the slice.</summary>
    IEnumerable<(long Offset, TableSchema Schema)> Schemas(SourceSlice slice) => [];

    /// <summary>Columns that came up while rows were given since this was asked last, each with its first record.</summary>
    IReadOnlyList<(int Partition, long Offset, TableSchema Schema)> TakeSchemas() => [];

    /// <summary>Gives the slice's rows to the table. What cannot be read is told with the reason, and passed over.</summary>
    void Decode(SourceSlice slice, RowTarget target, Action<long, LogRecord, string> reject);
}
