namespace Orrery.Cli.Retail.Warehouse;

/// <summary>Somewhere where sinks of the pipelines write results.</summary>
interface IResultPlace
{
    /// <summary>For people.</summary>
    string Name { get; }

    bool Holds(ResultShape result);

    /// <summary>All rows as texts, in any order.</summary>
    Task<List<string>> ReadAsync(ResultShape result, CancellationToken cancellationToken);
}

/// <summary>A result and its columns, in their order.</summary>
sealed record ResultShape(string Name, IReadOnlyList<ResultColumn> Columns);

/// <param name="Type">As Orrery writes it.</param>
sealed record ResultColumn(string Name, string Type);
