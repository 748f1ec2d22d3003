namespace Orrery.Storage.Sql;

enum SqlType
{
    /// <summary>The 20 bytes of a <see cref="SqlId"/>.</summary>
    Id,

    /// <summary>Text of any length, compared and ordered by code point, as <see cref="SqlTexts"/> writes it.</summary>
    Text,

    /// <summary>Text of up to 200 characters, compared by code point: may be part of a key.</summary>
    ShortText,

    Long,

    /// <summary>Bytes of any length.</summary>
    Blob,
}

/// <param name="Name">In lower case; needs no quotes in any of the databases.</param>
/// <param name="Type">What it holds.</param>
/// <param name="IsNullable">Whether it may hold nothing.</param>
sealed record SqlColumn(string Name, SqlType Type, bool IsNullable = false);

/// <summary>A table as all databases have it; each dialect writes the types in its own words.</summary>
/// <param name="Name">Begins with <c>orrery_</c>: the database may hold others' tables.</param>
/// <param name="KeyLength">How many of the first columns make up the primary key.</param>
/// <param name="Columns">All columns.</param>
sealed record SqlTable(string Name, int KeyLength, params SqlColumn[] Columns)
{
    public IEnumerable<SqlColumn> Key => Columns.Take(KeyLength);

    /// <summary>The columns' names, for a statement.</summary>
    public SqlRaw Names { get; } = new(string.Join(", ", Columns.Select(column => column.Name)));

    public SqlColumn Column(string name) => Array.Find(Columns, column => column.Name == name) ?? throw new ArgumentException($"Table {Name} has no column {name}.");
}

/// <summary>Text of a statement that is put in as it is: names and clauses from the program, never a value.</summary>
sealed record SqlRaw(string Text)
{
    public static SqlRaw Empty { get; } = new("");
}

/// <summary>A list of values, all long or all bytes, for <c>column {list}</c>: true where the column equals one of them.</summary>
sealed record SqlList(Array Values)
{
    public static SqlList Of(IEnumerable<long> values) => new(values.ToArray());

    public static SqlList Of(IEnumerable<byte[]> values) => new(values.ToArray());
}
