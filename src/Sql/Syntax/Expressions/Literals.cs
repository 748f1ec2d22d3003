namespace Orrery.Sql.Syntax;

public sealed record NullLiteralSyntax : ExpressionSyntax;

public sealed record BooleanLiteralSyntax(bool Value) : ExpressionSyntax;

/// <summary>A number as it was written, without a sign: <c>12</c>, <c>0.50</c>, <c>1.5E-3</c>. Integers and decimals have 38 digits at most.</summary>
public sealed record NumberLiteralSyntax(string Text, NumberKind Kind) : ExpressionSyntax;

/// <summary>Integer: digits only. Decimal: with a point. Approximate: with an exponent.</summary>
public enum NumberKind { Integer, Decimal, Approximate }

/// <summary>A text, its doubled quotes and unicode escapes resolved.</summary>
public sealed record StringLiteralSyntax(string Value) : ExpressionSyntax;

/// <summary><c>X'0AFF'</c>.</summary>
/// <param name="Hex">An even number of hexadecimal digits, in upper case.</param>
public sealed record BinaryLiteralSyntax(string Hex) : ExpressionSyntax;

/// <summary><c>DATE '2026-01-31'</c>, TIME, TIMESTAMP, TIMESTAMP WITH LOCAL TIME ZONE. The binder reads the text.</summary>
public sealed record TimeLiteralSyntax(TimeLiteralKind Kind, string Text) : ExpressionSyntax;

public enum TimeLiteralKind { Date, Time, Timestamp, TimestampWithLocalTimeZone }

/// <summary><c>INTERVAL '1 10' DAY TO HOUR</c>, <c>INTERVAL -'5' MINUTE</c>. The binder reads the text, which may begin with a sign of its own.</summary>
public sealed record IntervalLiteralSyntax(bool Negative, string Text, IntervalQualifierSyntax Qualifier) : ExpressionSyntax;

/// <summary>The units of an interval: <c>DAY(3) TO SECOND(6)</c>.</summary>
/// <param name="Precision">Digits of the first unit; null for the default.</param>
/// <param name="To">Null when the interval has one unit.</param>
/// <param name="FractionPrecision">Digits of a second's fraction; null for the default, and when the last unit is not SECOND.</param>
public sealed record IntervalQualifierSyntax(TimeUnit From, int? Precision = null, TimeUnit? To = null, int? FractionPrecision = null) : SyntaxNode;

/// <summary>Units of time that intervals, EXTRACT, CEIL, FLOOR, TIMESTAMPADD and TIMESTAMPDIFF take; not each takes all.</summary>
public enum TimeUnit
{
    Nanosecond, Microsecond, Millisecond, Second, Minute, Hour, Day, Week, Month, Quarter, Year, Decade, Century, Millennium,
    DayOfWeek, IsoDayOfWeek, DayOfYear, IsoYear, Epoch,
}
