using System.Globalization;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>What one statement made.</summary>
/// <param name="Name">Of the table, view or function; of an insert into a sink, the sink's with a number behind it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The statement in the canonical form.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="CreatedBy">Who.</param>
/// <param name="Version">Of the schema, when it became as it is.</param>
/// <param name="IsPaused">Whether it was told to stand still.</param>
/// <param name="Origin">The file that it came from; null: not known.</param>
/// <param name="Rewound">Of a table whose topic was told to be read again; null: it is read from where its options say.</param>
sealed record SqlDefinition(string Name, DefinitionKind Kind, string Text, DateTimeOffset CreatedAt, string CreatedBy, long Version, bool IsPaused = false, TableRewind? Rewound = null, string? Origin = null);

/// <summary>From where a table's topic is read again.</summary>
/// <param name="Offsets">Of each partition, by number, with commas between them: equal texts are equal rewinds.</param>
/// <param name="KeepsRows">Whether the rows that are there stay, each until its key comes again; else there are those from the offsets on.</param>
sealed record TableRewind(string Offsets, bool KeepsRows)
{
    public static TableRewind Of(IEnumerable<long> offsets, bool keepsRows) => new(string.Join(',', offsets.Select(static offset => offset.ToString(CultureInfo.InvariantCulture))), keepsRows);

    public long[] ToOffsets() => [.. Offsets.Split(',').Select(static offset => long.Parse(offset, CultureInfo.InvariantCulture))];
}

/// <summary>Stored by name: never rename.</summary>
enum DefinitionKind
{
    Table,
    View,
    MaterializedView,
    Function,

    /// <summary>INSERT INTO a sink: it runs as long as it is there.</summary>
    Insert,
}

/// <summary>A tenant's definitions, and who changed them.</summary>
sealed class SqlSchemaState
{
    /// <summary>Rises with each change.</summary>
    public long Version { get; set; }

    public List<SqlDefinition> Definitions { get; set; } = [];

    /// <summary>The newest last.</summary>
    public List<AuditEntry> Audit { get; set; } = [];
}

/// <param name="At">UTC.</param>
/// <param name="User">Who.</param>
/// <param name="Text">The statement, shortened.</param>
/// <param name="Version">Of the schema afterwards.</param>
sealed record AuditEntry(DateTimeOffset At, string User, string Text, long Version);
