using System.Text.RegularExpressions;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.DataModels;

/// <summary>
/// The dialect that models are written in: portable types, standard quotes, expressions that mean the same everywhere. So a live schema becomes a model, and a model an engine's schema, by the same
/// translation that migrations use. It is text alone: no database speaks it.
/// </summary>
sealed partial class ModelDialect : SqlDialect
{
    static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "AND", "OR", "NOT", "IN", "BETWEEN", "IS", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "TRUE", "FALSE", "ANY", "ARRAY" };

    public static ModelDialect Instance { get; } = new();

    public override string Name => "the model";

    public override IReadOnlyList<string> Engines { get; } = ["model"];

    public override bool CanOpen => false;

    protected override bool IndexesAreOfSchema => false;

    public override string Quote(string identifier)
    {
        CheckIdentifier(Name, identifier, identifier.Length, 1000, "characters");
        return Bare().IsMatch(identifier) && !Reserved.Contains(identifier) && !identifier.StartsWith("_utf8", StringComparison.OrdinalIgnoreCase) ? identifier : $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public override ColumnType TypeOf(string nativeType) => PortableType.Parse(nativeType);

    public override string NativeTypeOf(ColumnType type, bool isKey = false) => PortableType.Of(type);

    public override ColumnBound BoundOf(ColumnDefinition column) => new(column.Type, column.NativeType);

    public override string Literal(in RowReader reader, ColumnDefinition column) => throw TextOnly();

    public override string SelectDigest(TableDefinition table, IReadOnlyList<(ColumnDefinition Column, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal) => throw TextOnly();

    public override IReadOnlyList<string> MergeFrom(TableDefinition table, IReadOnlyList<ColumnDefinition> columns, string stage) => throw TextOnly();

    public override IDatabase Open(string connectionString, TimeSpan connectTimeout) => throw TextOnly();

    protected override string CanonicalOf(ColumnDefinition column, ColumnType given, FloatText floats) => throw TextOnly();

    protected override string IdentityText(ColumnDefinition column) => "";

    static NotSupportedException TextOnly() => new("No database speaks a model's dialect.");

    [GeneratedRegex(@"^[\p{L}_][\p{L}\p{Nd}_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Bare();
}
