using Orrery.Log;

namespace Orrery.Grains.Sql.Sources;

/// <summary>Makes rows of what a source holds and gives them to a table. The same records give the same rows, whenever.</summary>
interface IRowDecoder
{
    /// <summary>Sees to what has to be fetched before the slice can be decoded, such as schemas.</summary>
    Task PrepareAsync(SourceSlice slice) => Task.CompletedTask;

    /// <summary>Gives the slice's rows to the table. What cannot be read is told with the reason, and passed over.</summary>
    void Decode(SourceSlice slice, RowTarget target, Action<long, LogRecord, string> reject);
}
