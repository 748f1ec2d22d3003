namespace Orrery.Sql.Lineage;

/// <summary>How a column of a table takes part in a column of a plan.</summary>
public enum LineageKind : byte
{
    /// <summary>Its value is taken over as it is.</summary>
    Copied,

    /// <summary>Its value is computed with, in its own row.</summary>
    Computed,

    /// <summary>Its values over several rows are computed with.</summary>
    Aggregated,

    /// <summary>It decides which rows count: by WHERE, a join's condition, GROUP BY, the order of a top-n.</summary>
    Filtered,
}

/// <summary>A column of a table, with the part that it has.</summary>
public sealed record LineageSource(string Table, string Column, LineageKind Kind)
{
    public override string ToString() => $"{Table}.{Column} {Kind.ToString().ToLowerInvariant()}";
}

/// <summary>Where a column comes from.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Sources">By table, column and kind; empty for constants.</param>
public sealed record ColumnLineage(string Column, IReadOnlyList<LineageSource> Sources);
