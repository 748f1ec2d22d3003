using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.DataModels;

/// <summary>A data model: what a database is to have, said once for all engines.</summary>
/// <param name="Name">For people.</param>
/// <param name="Tables">In the model's order.</param>
public sealed record DataModel(string Name, IReadOnlyList<ModelTable> Tables)
{
    public string? Version { get; init; }

    public string? Comment { get; init; }
}

/// <summary>A table of a model.</summary>
/// <param name="Schema">The table in the model's own dialect: portable types and expressions. A check without an expression has texts for engines alone.</param>
public sealed record ModelTable(SchemaTable Schema)
{
    public string Name => Schema.Name.Name;

    /// <summary>What the table was called before.</summary>
    public string? Was { get; init; }

    /// <summary>By column, what stands beside its definition; columns without such are left out.</summary>
    public IReadOnlyDictionary<string, ColumnNotes> Notes { get; init; } = new Dictionary<string, ColumnNotes>();

    /// <summary>By check, texts for single engines.</summary>
    public IReadOnlyDictionary<string, EngineTexts> Checks { get; init; } = new Dictionary<string, EngineTexts>();

    /// <summary>Rows that the table is to have, found by its key.</summary>
    public SeedRows? Seed { get; init; }
}

/// <summary>What a model says of a column beside its portable definition.</summary>
public sealed record ColumnNotes
{
    /// <summary>What the column was called before.</summary>
    public string? Was { get; init; }

    /// <summary>Types for single engines.</summary>
    public EngineTexts Types { get; init; } = EngineTexts.None;

    public EngineTexts Defaults { get; init; } = EngineTexts.None;

    /// <summary>Expressions of computed columns.</summary>
    public EngineTexts Computed { get; init; } = EngineTexts.None;
}

/// <summary>Texts by an engine's first name.</summary>
public sealed record EngineTexts(IReadOnlyDictionary<string, string> Texts)
{
    public static EngineTexts None { get; } = new(new Dictionary<string, string>());

    /// <summary>The engine's text, or null.</summary>
    public string? For(Connectors.Dialects.IDialect dialect) => Texts.GetValueOrDefault(dialect.Engines[0]);
}

/// <summary>Rows as texts, by which each type has one: numbers, 2024-01-31, 2024-01-31 10:00:00, true, hexadecimal bytes.</summary>
public sealed record SeedRows(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows);
