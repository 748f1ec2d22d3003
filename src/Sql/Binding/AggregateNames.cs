using System.Collections.Frozen;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Plans;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>Which aggregates and window functions there are, by name, and what they give.</summary>
public static class AggregateNames
{
    private static readonly FrozenDictionary<string, AggregateFunction> Functions = new Dictionary<string, AggregateFunction>
    {
        ["COUNT"] = AggregateFunction.Count,
        ["APPROX_COUNT_DISTINCT"] = AggregateFunction.Count,
        ["SUM"] = AggregateFunction.Sum,
        ["AVG"] = AggregateFunction.Average,
        ["MIN"] = AggregateFunction.Minimum,
        ["MAX"] = AggregateFunction.Maximum,
        ["STDDEV"] = AggregateFunction.StandardDeviationSample,
        ["STDDEV_SAMP"] = AggregateFunction.StandardDeviationSample,
        ["STDDEV_POP"] = AggregateFunction.StandardDeviationPopulation,
        ["VARIANCE"] = AggregateFunction.VarianceSample,
        ["VAR_SAMP"] = AggregateFunction.VarianceSample,
        ["VAR_POP"] = AggregateFunction.VariancePopulation,
        ["STRING_AGG"] = AggregateFunction.StringAggregate,
        ["LISTAGG"] = AggregateFunction.StringAggregate,
        ["ARRAY_AGG"] = AggregateFunction.ArrayAggregate,
        ["COLLECT"] = AggregateFunction.ArrayAggregate,
        ["BOOL_AND"] = AggregateFunction.BooleanAnd,
        ["EVERY"] = AggregateFunction.BooleanAnd,
        ["BOOL_OR"] = AggregateFunction.BooleanOr,
        ["FIRST_VALUE"] = AggregateFunction.First,
        ["LAST_VALUE"] = AggregateFunction.Last,
        ["SINGLE_VALUE"] = AggregateFunction.Single,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, OverFunction> Overs = new Dictionary<string, OverFunction>
    {
        ["ROW_NUMBER"] = OverFunction.RowNumber,
        ["RANK"] = OverFunction.Rank,
        ["DENSE_RANK"] = OverFunction.DenseRank,
        ["PERCENT_RANK"] = OverFunction.PercentRank,
        ["CUME_DIST"] = OverFunction.CumulativeDistribution,
        ["NTILE"] = OverFunction.Tiles,
        ["LAG"] = OverFunction.Lag,
        ["LEAD"] = OverFunction.Lead,
        ["FIRST_VALUE"] = OverFunction.FirstValue,
        ["LAST_VALUE"] = OverFunction.LastValue,
        ["NTH_VALUE"] = OverFunction.NthValue,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names that are called with OVER, and no others.</summary>
    public static IReadOnlyCollection<string> WindowFunctions => Overs.Keys;

    public static IReadOnlyCollection<string> Aggregates => Functions.Keys;

    internal static bool TryFind(string name, out AggregateFunction function) => Functions.TryGetValue(name, out function);

    internal static bool TryFindOver(string name, out OverFunction function) => Overs.TryGetValue(name, out function);

    /// <summary>The type of the result and that which the argument is cast to; null where it does not take such an argument.</summary>
    internal static (SqlType Argument, SqlType Result)? Types(AggregateFunction function, SqlType argument) => function switch
    {
        AggregateFunction.Count => (argument, SqlType.BigInt.Nullable(false)),
        AggregateFunction.Sum when argument.IsInteger => (argument, SqlType.BigInt),
        AggregateFunction.Sum when argument.Kind == SqlTypeKind.Decimal => (argument, SqlType.Decimal(SqlType.PrecisionMax, argument.Scale)),
        AggregateFunction.Sum when argument.IsApproximate => (argument, SqlType.Double),
        AggregateFunction.Sum when argument.IsInterval => (argument, argument.Nullable()),
        AggregateFunction.Average when argument.IsInteger => (argument, argument.Nullable()),
        AggregateFunction.Average when argument.Kind == SqlTypeKind.Decimal => (argument, SqlType.Decimal(SqlType.PrecisionMax, Math.Max(6, argument.Scale))),
        AggregateFunction.Average when argument.IsApproximate => (argument, SqlType.Double),
        AggregateFunction.Minimum or AggregateFunction.Maximum when argument.Kind != SqlTypeKind.Null => (argument, argument.Nullable()),
        AggregateFunction.First or AggregateFunction.Last or AggregateFunction.Single => (argument, argument.Nullable()),
        AggregateFunction.StandardDeviationSample or AggregateFunction.StandardDeviationPopulation or AggregateFunction.VarianceSample or AggregateFunction.VariancePopulation
            when argument.IsNumeric => (SqlType.Double.Nullable(argument.IsNullable), SqlType.Double),
        AggregateFunction.StringAggregate when argument.Kind == SqlTypeKind.String => (argument, SqlType.String),
        AggregateFunction.StringAggregate when argument.Kind != SqlTypeKind.Array => (SqlType.String, SqlType.String),
        AggregateFunction.ArrayAggregate when argument.Kind != SqlTypeKind.Null => (argument, SqlType.ArrayOf(argument.Nullable())),
        AggregateFunction.BooleanAnd or AggregateFunction.BooleanOr when argument.Kind == SqlTypeKind.Boolean => (argument, SqlType.Boolean),
        _ => null,
    };
}
