using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Schemas;

/// <summary>What a database has: tables as they can be made elsewhere, and the rest, which is named.</summary>
public sealed record DatabaseSchema(IDialect Dialect, IReadOnlyList<SchemaTable> Tables)
{
    public IReadOnlyList<SchemaView> Views { get; init; } = [];

    /// <summary>What is there and is not carried: triggers, routines, sequences of their own, special indexes.</summary>
    public IReadOnlyList<HandWork> Others { get; init; } = [];

    /// <summary>Tables that cannot be read, with the reason.</summary>
    public IReadOnlyList<UnreadableTable> Unreadable { get; init; } = [];
}

/// <summary>A table with what stands between tables and rows.</summary>
/// <param name="Definition">Columns, key, plain indexes; <see cref="ColumnDefinition.Generation"/> holds expressions in the engine's own SQL.</param>
public sealed record SchemaTable(TableDefinition Definition)
{
    public TableName Name => Definition.Name;

    public IReadOnlyList<ForeignKey> ForeignKeys { get; init; } = [];

    public IReadOnlyList<Check> Checks { get; init; } = [];

    /// <summary>The number that the next numbered row gets; null where it is not known or rows are not numbered.</summary>
    public long? IdentityNext { get; init; }
}

/// <summary>Columns that name a row of another table.</summary>
/// <param name="OnDelete">"NO ACTION", "RESTRICT", "CASCADE", "SET NULL" or "SET DEFAULT".</param>
/// <param name="OnUpdate">Likewise.</param>
public sealed record ForeignKey(string Name, IReadOnlyList<string> Columns, TableName Parent, IReadOnlyList<string> ParentColumns, string OnDelete, string OnUpdate);

/// <summary>A condition on each row, in the engine's own SQL without the word CHECK.</summary>
public sealed record Check(string Name, string Expression);

/// <summary>A view and its query.</summary>
public sealed record SchemaView(TableName Name, string Text);

/// <summary>Something that a person has to do or decide.</summary>
/// <param name="Kind">"view", "trigger", "default" and so on.</param>
/// <param name="Name">What it is called, with its table.</param>
/// <param name="What">Why it was not carried, and its text where there is one.</param>
public sealed record HandWork(string Kind, string Name, string What);

/// <summary>A table that no strict types stand for, or that may not be seen.</summary>
public sealed record UnreadableTable(TableName Name, string Reason);
