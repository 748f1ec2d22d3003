namespace Orrery.Sql.Syntax;

/// <summary>A text that is not SQL: where, what was found, what was expected, and what may have been meant.</summary>
public sealed class SqlSyntaxException : Exception
{
    public SqlSyntaxException(string reason, TextSpan span)
        : base($"Line {span.Line}, column {span.Column}: {reason}")
    {
        Reason = reason;
        Span = span;
    }

    /// <summary>The message without the place.</summary>
    public string Reason { get; }

    /// <summary>What was found; of no length at the end of the text.</summary>
    public TextSpan Span { get; }

    /// <summary>From 1.</summary>
    public int Line => Span.Line;

    /// <summary>From 1, in characters.</summary>
    public int Column => Span.Column;

    /// <summary>From 0, in characters.</summary>
    public int Offset => Span.Offset;
}
