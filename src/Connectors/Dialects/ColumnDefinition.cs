using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>A column as a database knows it.</summary>
/// <param name="Name">As the database spells it.</param>
/// <param name="Type">The strict type of its values.</param>
/// <param name="NativeType">The database's own type text.</param>
/// <param name="Nullable">Whether it may be null.</param>
public sealed record ColumnDefinition(string Name, ColumnType Type, string NativeType, bool Nullable)
{
    /// <summary>The default as text of the database's own SQL; null where there is none.</summary>
    public string? Default { get; init; }

    /// <summary>Whether the database numbers new rows by it.</summary>
    public bool IsIdentity { get; init; }

    /// <summary>Whether the database computes it: it can be read and not be written.</summary>
    public bool IsGenerated { get; init; }

    /// <summary>Of a generated column that is to be made: its expression in the engine's own SQL; stored with the row. Catalogues leave it out.</summary>
    public string? Generation { get; init; }

    /// <summary>MySQL and MariaDB: the column's character set; null elsewhere and where it is no text.</summary>
    public string? CharacterSet { get; init; }

    public string? Comment { get; init; }

    public Column ToColumn() => new(Name, Type, NativeType, Nullable);

    /// <summary>What is read for it, in the engine's own SQL, where no column of the table is meant; null: the column. Its maker quotes names and values.</summary>
    public string? Expression { get; init; }
}
