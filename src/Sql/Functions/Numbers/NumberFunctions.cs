using Orrery.Sql.Types;
using static Orrery.Sql.Functions.Definition;
using static Orrery.Sql.Functions.Parameter;

namespace Orrery.Sql.Functions.Numbers;

/// <summary>Functions of numbers.</summary>
internal static class NumberFunctions
{
    public static IEnumerable<CompiledFunction> All() =>
    [
        Function("ABS", "ABS(number)", "The number without its sign.",
            new Overload(types => types[0], Number.AbsoluteInt64, [Integer], call => [call.Type.SlotBytes]), Same(Number.AbsoluteDecimal, Exact), new Overload(types => types[0], Number.AbsoluteReal, [Real]) { IsSafe = true, IsTotal = true }),
        Function("SIGN", "SIGN(number)", "-1, 0 or 1 of the number's own type.",
            Same(Number.SignInt64, Integer), new Overload(types => types[0], Number.SignDecimal, [Exact], call => [call.Type.Scale]), Same(Number.SignReal, Real)),
        Function("POWER", "POWER(base, exponent)", "The base to the power of the exponent, as DOUBLE.", To(SqlType.Double, Number.Power, Real, Real)),
        Function("SQRT", "SQRT(number)", "The square root, as DOUBLE; an error below zero.", To(SqlType.Double, Number.SquareRoot, Real)),
        Function("CBRT", "CBRT(number)", "The cube root, as DOUBLE.", Safe(SqlType.Double, Math.Cbrt, Real)),
        Function("LN", "LN(number)", "The natural logarithm; an error for zero and below.", To(SqlType.Double, Number.NaturalLogarithm, Real)),
        Function("LOG", "LOG([base,] number)", "The logarithm to the base, without one the natural one; an error for zero and below.", To(SqlType.Double, Number.NaturalLogarithm, Real), To(SqlType.Double, Number.Logarithm, Real, Real)),
        Function("LOG10", "LOG10(number)", "The logarithm to the base 10.", To(SqlType.Double, Number.Logarithm10, Real)),
        Function("LOG2", "LOG2(number)", "The logarithm to the base 2.", To(SqlType.Double, Number.Logarithm2, Real)),
        Function("EXP", "EXP(number)", "e to the power of the number.", Safe(SqlType.Double, Math.Exp, Real)),
        Function("ROUND", "ROUND(number [, digits])", "The number with so many fraction digits (none; negative: zeros before the point), half away from zero. Its type stays, a decimal has room for one more digit.",
            Same(Number.Whole, Integer),
            new Overload(types => types[0], Number.RoundInt64, [Integer, Integer], call => [call.Type.SlotBytes]),
            new Overload(types => Rounded(types[0], false), Number.RoundDecimalWhole, [Exact], call => [call.Arguments[0].Type.Scale]),
            new Overload(types => Rounded(types[0], true), Number.RoundDecimal, [Exact, Integer], call => [call.Arguments[0].Type.Scale, call.Type.Precision]),
            Same(Number.RoundRealWhole, Real), Same(Number.RoundReal, Real, Integer)),
        Function("TRUNCATE", "TRUNCATE(number [, digits])", "The number with so many fraction digits (none; negative: zeros before the point), the rest cut off.",
            Same(Number.Whole, Integer), Same(Number.TruncateInt64, Integer, Integer),
            new Overload(types => Rounded(types[0], false), Number.TruncateDecimalWhole, [Exact], call => [call.Arguments[0].Type.Scale]),
            new Overload(types => types[0], Number.TruncateDecimal, [Exact, Integer], call => [call.Type.Scale]),
            Same(Number.TruncateRealWhole, Real), Same(Number.TruncateReal, Real, Integer)),
        Function("PI", "PI()", "3.141592653589793.", Total(SqlType.Double, Number.Pi)),
        Function("E", "E()", "2.718281828459045.", Total(SqlType.Double, Number.E)),
        Function("SIN", "SIN(number)", "The sine of an angle in radians.", To(SqlType.Double, Number.Sine, Real)),
        Function("COS", "COS(number)", "The cosine of an angle in radians.", To(SqlType.Double, Number.Cosine, Real)),
        Function("TAN", "TAN(number)", "The tangent of an angle in radians.", To(SqlType.Double, Number.Tangent, Real)),
        Function("COT", "COT(number)", "The cotangent of an angle in radians.", To(SqlType.Double, Number.Cotangent, Real)),
        Function("ASIN", "ASIN(number)", "The angle of a sine, from -1 to 1.", To(SqlType.Double, Number.ArcSine, Real)),
        Function("ACOS", "ACOS(number)", "The angle of a cosine, from -1 to 1.", To(SqlType.Double, Number.ArcCosine, Real)),
        Function("ATAN", "ATAN(number)", "The angle of a tangent.", Safe(SqlType.Double, Math.Atan, Real)),
        Function("ATAN2", "ATAN2(y, x)", "The angle of a point.", Safe(SqlType.Double, Math.Atan2, Real, Real)),
        Function("SINH", "SINH(number)", "The hyperbolic sine.", Safe(SqlType.Double, Math.Sinh, Real)),
        Function("COSH", "COSH(number)", "The hyperbolic cosine.", Safe(SqlType.Double, Math.Cosh, Real)),
        Function("TANH", "TANH(number)", "The hyperbolic tangent.", Safe(SqlType.Double, Math.Tanh, Real)),
        Function("DEGREES", "DEGREES(number)", "Radians as degrees.", Safe(SqlType.Double, Number.Degrees, Real)),
        Function("RADIANS", "RADIANS(number)", "Degrees as radians.", Safe(SqlType.Double, Number.Radians, Real)),
        Function("BIN", "BIN(integer)", "The integer in binary digits; of a negative one those of its 64 bits.", Safe(SqlType.String, Number.Binary, Integer)),
        Function("HEX", "HEX(integer | text | bytes)", "The integer, or the bytes of a text or binary, in hexadecimal digits.", Safe(SqlType.String, Number.HexInt64, Integer), Safe(SqlType.String, Number.HexBytes, Text), Safe(SqlType.String, Number.HexBytes, Parameter.Binary)),
        Function("UNHEX", "UNHEX(text)", "The bytes of hexadecimal digits; null where they are none.", Safe(SqlType.Binary, Number.Unhex, Text)),
    ];

    /// <summary>Rounding up may add a digit before the point.</summary>
    private static SqlType Rounded(SqlType type, bool keepsScale) =>
        keepsScale ? SqlType.Decimal(Math.Min(SqlType.PrecisionMax, type.Precision + 1), type.Scale) : SqlType.Decimal(Math.Min(SqlType.PrecisionMax, type.Precision - type.Scale + 1), 0);
}
