namespace Orrery.Sql.Catalogs;

/// <summary>The tables, views and functions that a text may name.</summary>
public interface ISqlCatalog
{
    /// <summary>The table or view of this name, without regard to case; null where there is none.</summary>
    Relation? FindRelation(string name);

    /// <summary>A function made by CREATE FUNCTION; null where there is none.</summary>
    SqlFunction? FindFunction(string name);

    /// <summary>All names, to suggest the nearest one.</summary>
    IEnumerable<string> RelationNames { get; }

    IEnumerable<string> FunctionNames { get; }
}

/// <summary>A function with a body in SQL; calls of it become its body.</summary>
/// <param name="Name">Unique without regard to case.</param>
/// <param name="Parameters">Names and types.</param>
/// <param name="Result">The type that the body is cast to.</param>
/// <param name="Body">An expression over the parameters, as text.</param>
public sealed record SqlFunction(string Name, IReadOnlyList<Rows.RowColumn> Parameters, Types.SqlType Result, string Body);
