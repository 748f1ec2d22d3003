namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>What a statement did to a table.</summary>
internal enum SchemaChangeKind
{
    /// <summary>It is there, with the definition of <see cref="SchemaChange.Table"/>.</summary>
    Defined,

    /// <summary>It is gone.</summary>
    Dropped,

    /// <summary>Its rows are gone.</summary>
    Truncated,

    /// <summary>Its definition changed in a way that was not understood.</summary>
    Unknown,

    /// <summary>Its rows changed by a statement that was logged as text.</summary>
    RowsAsText,
}

/// <summary>A table that a statement changed.</summary>
/// <param name="Kind">How.</param>
/// <param name="Database">Its database.</param>
/// <param name="Name">Its name, of a renamed one the new name.</param>
/// <param name="Table">Its definition afterwards; null where it is gone or not understood.</param>
/// <param name="Before">Its definition before, under its name before; null where it is new or was not known.</param>
internal sealed record SchemaChange(SchemaChangeKind Kind, string Database, string Name, MySqlTable? Table, MySqlTable? Before)
{
    /// <summary>Rows that were there before hold other values now, without an event for each.</summary>
    public bool ChangesRows { get; init; }

    /// <summary>It took the place of one of the same name, whose rows are gone.</summary>
    public bool Replaces { get; init; }

    /// <summary>Rows that were there before may be gone, without an event for each.</summary>
    public bool DropsRows { get; init; }
}
