namespace Orrery.Connectors.ChangeCapture;

/// <summary>What happened to a row or table. Numbers are stored: never renumber.</summary>
public enum ChangeKind : byte
{
    Insert = 1,
    Update = 2,
    Delete = 3,

    /// <summary>A row as a snapshot found it: insert or replace.</summary>
    Read = 4,

    /// <summary>The table's definition changed; carries the statement, and the new schema where there is one.</summary>
    Schema = 5,

    /// <summary>All rows of the table are gone.</summary>
    Truncate = 6,

    /// <summary>Everything at the source up to the sequence has been said.</summary>
    Marker = 7,
}
