using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>As which types a column's canonical text can be given: those whose text is the same, and a few that a database can turn.</summary>
static class CanonicalCasts
{
    public static bool IsPossible(ColumnKind column, ColumnKind given) => column == given || (column, given) switch
    {
        _ when CellCast.IsNumber(column) => CellCast.IsNumber(given),
        (ColumnKind.Float32 or ColumnKind.Float64, ColumnKind.Float32 or ColumnKind.Float64) => true,
        (ColumnKind.Text or ColumnKind.Json, ColumnKind.Text or ColumnKind.Json) => true,
        (ColumnKind.Binary or ColumnKind.Uuid, ColumnKind.Binary or ColumnKind.Uuid) => true,
        (ColumnKind.Text, ColumnKind.Uuid) => true,
        (ColumnKind.Date, ColumnKind.Timestamp) or (ColumnKind.Timestamp, ColumnKind.Date) => true,
        _ => false,
    };

    public static NativeTypeException Refused(string engine, ColumnDefinition column, ColumnType given) =>
        new($"Column '{column.Name}' is {column.NativeType} ({column.Type}) in {engine}, and a digest cannot give it as {given}: leave the column out of the digest, or compare it by reading.");
}
