using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>From where a capture goes on.</summary>
/// <param name="Version">The database's version up to which changes were handed out; the whole of it, unless a table is named.</param>
/// <param name="Table">Of <paramref name="Version"/>, changes were handed out up to this table; null where all were.</param>
/// <param name="Key">And of this table up to this key.</param>
/// <param name="Sequence">The last sequence.</param>
/// <param name="BatchRows">The bound that decides where batches end; kept, so that the same reading gives the same batches.</param>
/// <param name="Tables">The tables that were met, by name.</param>
sealed record TrackingCheckpoint(long Version, string? Table, byte[]? Key, long Sequence, int BatchRows, TableProgress[] Tables)
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string Format() => JsonSerializer.Serialize(this, Options);

    /// <exception cref="ArgumentException">The text is no checkpoint.</exception>
    public static TrackingCheckpoint Parse(string text)
    {
        try
        {
            var checkpoint = JsonSerializer.Deserialize<TrackingCheckpoint>(text, Options);
            if (checkpoint is { BatchRows: > 0, Version: >= 0, Tables: not null } && checkpoint.Table is null == checkpoint.Key is null && checkpoint.Tables.All(table => table?.Name is not null))
                return checkpoint;
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"'{text}' is no checkpoint of a SQL Server capture.", nameof(text), error);
        }

        throw new ArgumentException($"'{text}' is no checkpoint of a SQL Server capture.", nameof(text));
    }
}

/// <summary>How far a table is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">The object that it was.</param>
/// <param name="BeginVersion">The version at which its tracking began.</param>
/// <param name="From">Its changes count behind this version: where it was met.</param>
/// <param name="Fingerprint">Of the schema that was last said.</param>
/// <param name="IsPending">Whether rows are still to be read.</param>
/// <param name="After">The last key of those that were read; null where none were.</param>
sealed record TableProgress(string Name, long Id, long BeginVersion, long From, ulong Fingerprint, bool IsPending, byte[]? After);
