namespace Orrery.Sql.Binding;

/// <summary>What one text may ask for.</summary>
public static class BindingLimits
{
    /// <summary>Nodes of a plan, with those of the views and common tables in it counted as often as they are used.</summary>
    public const int PlanNodesMax = 5_000;

    /// <summary>Nodes of a plan one above the other.</summary>
    public const int PlanDepthMax = 500;

    /// <summary>Parts of one expression, with functions of SQL replaced by their bodies.</summary>
    public const int ExpressionPartsMax = 50_000;

    /// <summary>Parts of an expression one inside the other.</summary>
    public const int ExpressionDepthMax = 500;

    /// <summary>Views named in views, one inside the other.</summary>
    public const int ViewDepthMax = 32;

    /// <summary>Calls of SQL functions inside bodies of SQL functions.</summary>
    public const int FunctionDepthMax = 16;

    /// <summary>Grouping sets of one GROUP BY, after CUBE and ROLLUP are multiplied out.</summary>
    public const int GroupingSetsMax = 256;
}
