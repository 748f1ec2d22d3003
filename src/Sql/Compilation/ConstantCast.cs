using System.Text;
using Orrery.Sql.Types;
using Orrery.Sql.Values;

namespace Orrery.Sql.Compilation;

/// <summary>The casts that binding makes by the hundred (a literal to its neighbour's type), without compiling them: that takes a millisecond each.</summary>
internal static class ConstantCast
{
    /// <summary>False where it is another cast, or the value does not fit.</summary>
    public static bool TryCast(object value, SqlType from, SqlType to, out object? result)
    {
        result = null;
        bool failed = true;
        switch (value)
        {
            case long number when from.IsInteger && to.IsInteger:
                result = Casts.NarrowInt64(number, to.SlotBytes, out failed);
                break;
            case long number when from.IsInteger && to.Kind == SqlTypeKind.Decimal:
                result = Casts.Rescale(number, 0, to.Precision, to.Scale, out failed);
                break;
            case long number when from.IsInteger && to.Kind == SqlTypeKind.Double:
                (result, failed) = ((double)number, false);
                break;
            case Int128 number when to.Kind == SqlTypeKind.Decimal:
                result = Casts.Rescale(number, from.Scale, to.Precision, to.Scale, out failed);
                break;
            case Int128 number when to.Kind == SqlTypeKind.Double:
                (result, failed) = (Casts.DecimalToReal(number, from.Scale), false);
                break;
            case string text when TypeCoercion.IsTemporal(to):
                failed = !ValueText.TryParseHeldAsInt64(Encoding.UTF8.GetBytes(text), to, out long time);
                result = time;
                break;
            case string text when to.Kind == SqlTypeKind.String && to.Precision == 0:
                (result, failed) = (text, false);
                break;
        }

        return !failed;
    }
}
