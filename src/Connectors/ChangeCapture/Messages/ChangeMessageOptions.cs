using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>How change messages are read.</summary>
public sealed record ChangeMessageOptions
{
    public static ChangeMessageOptions Default { get; } = new();

    /// <summary>Bytes of the largest message that is read; 64 MiB by default.</summary>
    public int MessageBytesMax { get; init; } = 64 << 20;

    /// <summary>Rows of the largest message that is read; 1,000,000 by default.</summary>
    public int RowsMax { get; init; } = 1_000_000;

    /// <summary>Schemas that are remembered; past it all are forgotten and learnt anew. 10,000 by default.</summary>
    public int SchemasMax { get; init; } = 10_000;

    /// <summary>The database of messages that name none; empty by default.</summary>
    public string Database { get; init; } = "";

    /// <summary>The table of messages that name none; without it such messages are refused.</summary>
    public string? Table { get; init; }

    /// <summary>
    /// The schema of a table (database, table) whose messages carry no types, or null where it is not known. Columns that it does not have are added as text.
    /// Without it every column of such messages is text, so that nothing is guessed and nothing bent.
    /// </summary>
    public Func<string, string, TableSchema?> Declared { get; init; } = static (_, _) => null;

    /// <summary>Debezium without schema: whether text in a decimal column is a number's text (<c>decimal.handling.mode=string</c>) instead of base64 of its unscaled bytes (<c>precise</c>).</summary>
    public bool DecimalsAreText { get; init; }
}
