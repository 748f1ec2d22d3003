namespace Orrery.Jobs.Integration;

/// <summary>How rows of one system become documents of another.</summary>
/// <param name="Name">For people.</param>
/// <param name="Entities">Each behind those that it comes after.</param>
public sealed record Mapping(string Name, IReadOnlyList<MappedEntity> Entities)
{
    /// <summary>Tables of codes: what a code of the source is in the target.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Codes { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    public IReadOnlyDictionary<string, MappedLookup> Lookups { get; init; } = new Dictionary<string, MappedLookup>();
}

/// <summary>Rows of the source that become one kind of documents.</summary>
/// <param name="Name">For people and for <c>after</c>.</param>
/// <param name="Source">Where rows come from, one a document.</param>
/// <param name="Target">What is written.</param>
/// <param name="Fields">Of the document.</param>
/// <param name="Key">Fields by which a document is the same in both systems.</param>
public sealed record MappedEntity(string Name, MappedSource Source, MappedTarget Target, IReadOnlyList<MappedField> Fields, IReadOnlyList<string> Key)
{
    /// <summary>Names of entities that must be there before.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Rows for which it does not hold are left out; null: none.</summary>
    public MappedText? Where { get; init; }

    /// <summary>What must hold for a row, by the name that a reject tells.</summary>
    public IReadOnlyList<(string Name, MappedText Condition)> Rules { get; init; } = [];

    /// <summary>A column of the source that never falls for changed rows; null: all rows are read each time.</summary>
    public string? Changed { get; init; }

    public MappedLines? Lines { get; init; }
}

/// <summary>Lines of documents.</summary>
/// <param name="Source">Where rows come from, one a line.</param>
/// <param name="By">Columns of the head's row, and of the line's, that are equal.</param>
/// <param name="Fields">Of a line.</param>
/// <param name="Key">Fields that tell the lines of a document apart.</param>
public sealed record MappedLines(MappedSource Source, IReadOnlyList<(string Head, string Line)> By, IReadOnlyList<MappedField> Fields, IReadOnlyList<string> Key)
{
    /// <summary>Databases: the table of the lines.</summary>
    public string? Table { get; init; }

    /// <summary>Databases: columns of the lines' table, and of the head's, whose values they take over.</summary>
    public IReadOnlyList<(string Line, string Head)> Parent { get; init; } = [];

    /// <summary>Web API: the entry's name in the form.</summary>
    public string? Entry { get; init; }
}

/// <summary>A table, or a query in the source's own SQL.</summary>
public sealed record MappedSource(string? Table, string? Query, string Place);

/// <summary>What documents of an entity are in the target: a table, or a form of a Web API.</summary>
public sealed record MappedTarget
{
    public string? Table { get; init; }

    /// <summary>The form's id, such as <c>BD_MATERIAL</c>.</summary>
    public string? Form { get; init; }

    /// <summary>The form's internal id, such as <c>FMATERIALID</c>.</summary>
    public string Id { get; init; } = "FID";

    /// <summary>The form's number: it must be the entity's only key.</summary>
    public string Number { get; init; } = "FNumber";

    public bool Submits { get; init; }

    public bool Audits { get; init; }

    /// <summary>Documents of one call, or of one transaction.</summary>
    public int Batch { get; init; } = 50;
}

/// <summary>A field of a document.</summary>
/// <param name="Name">As the target calls it; the Web API nests at points: <c>FUnitId.FNumber</c>.</param>
/// <param name="Value">An expression over the source's row.</param>
public sealed record MappedField(string Name, MappedText Value)
{
    /// <summary>A code table that the value goes through; null: none.</summary>
    public string? Code { get; init; }

    /// <summary>A lookup that the value goes through; null: none.</summary>
    public string? Lookup { get; init; }

    /// <summary>Stands for null and for what a code table or lookup does not know.</summary>
    public string? Default { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>Written with new documents alone: what the target's people change later stays.</summary>
    public bool IsInitial { get; init; }
}

/// <summary>A text of the file with its place, for errors.</summary>
public sealed record MappedText(string Text, string Place);

/// <summary>Pairs of keys and values of either side, read once.</summary>
public sealed record MappedLookup(bool IsOfTarget, MappedSource Source, string Key, string Value)
{
    /// <summary>Web API: the form that is read instead of a table.</summary>
    public string? Form { get; init; }
}
