namespace Orrery.Interfaces.Checks;

/// <summary>What a check compares, and when.</summary>
public sealed record CheckSpec
{
    /// <summary>For people, at most 500 characters.</summary>
    public string? Description { get; init; }

    /// <summary>The channel that carries the database's changes: its connection is used, where none is given, and its positions. Null: the one whose topic the views' tables read.</summary>
    public string? Channel { get; init; }

    /// <summary>The database over whose tables the queries are run: <c>mysql</c> (also MariaDB) or <c>postgresql</c>; empty: as the channel has it.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The driver's connection text; null: the one before, or the channel's. A secret: it is stored sealed and never shown. The account reads the tables and needs nothing else.</summary>
    public string? Connection { get; init; }

    /// <summary>Names of materialized views; empty: all whose tables come from the database. At most 1,000.</summary>
    public string[] Results { get; init; } = [];

    /// <summary>How often it runs, 1 to 1,440 minutes; null: not so.</summary>
    public int? EveryMinutes { get; init; }

    /// <summary>The time of the day at which it runs, <c>HH:mm</c>: what the day before came to is computed again. Null: not so. A check has one of both at most.</summary>
    public string? At { get; init; }

    /// <summary>Where <see cref="At"/> is meant, by its IANA name such as <c>Asia/Shanghai</c>. Default <c>UTC</c>.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Seconds that views are given to stand where the database stands, 0 to 600. Default 60.</summary>
    public int PatienceSeconds { get; init; } = 60;
}
