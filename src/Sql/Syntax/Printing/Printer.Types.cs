using System.Runtime.CompilerServices;

namespace Orrery.Sql.Syntax;

/// <summary>Types.</summary>
sealed partial class Printer
{
    void WriteType(TypeSyntax type)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (type)
        {
            case ScalarTypeSyntax scalar:
                WriteScalarType(scalar);
                break;
            case IntervalTypeSyntax interval:
                Write("INTERVAL ", interval.Qualifier);
                break;
            case ArrayTypeSyntax array:
                Write("ARRAY<", array.Element);
                text.Append('>');
                break;
            case MultisetTypeSyntax multiset:
                Write("MULTISET<", multiset.Element);
                text.Append('>');
                break;
            case MapTypeSyntax map:
                Write("MAP<", map.Key);
                Write(", ", map.Value);
                text.Append('>');
                break;
            case RowTypeSyntax row:
                text.Append("ROW<");
                WriteList(row.Fields);
                text.Append('>');
                break;
            default:
                throw new ArgumentException($"{type.GetType().Name} has no text.", nameof(type));
        }

        text.Append(type.NotNull ? " NOT NULL" : "");
    }

    void WriteScalarType(ScalarTypeSyntax type)
    {
        text.Append(type.Name == ScalarTypeName.TimestampWithLocalTimeZone ? "TIMESTAMP_LTZ" : type.Name.ToString().ToUpperInvariant());
        if (type.Precision is not { } precision)
            return;
        text.Append('(');
        WriteNumber(precision);
        if (type.Scale is { } scale)
        {
            text.Append(", ");
            WriteNumber(scale);
        }

        text.Append(')');
    }

    void WriteRowField(RowFieldSyntax field)
    {
        Write(field.Name);
        Write(" ", field.Type);
        if (field.Comment is not null)
            text.Append(' ').Append(SqlPrinter.Text(field.Comment));
    }
}
