using Orrery.Sql.Syntax;

namespace Orrery.Sql.Binding;

/// <summary>A text that is SQL but means nothing here: a name that is not there, types that do not fit, what a live view cannot keep.</summary>
public sealed class SqlBindingException : Exception
{
    public SqlBindingException(string reason, TextSpan span)
        : base(span.Line > 0 ? $"Line {span.Line}, column {span.Column}: {reason}" : reason)
    {
        Reason = reason;
        Span = span;
    }

    /// <summary>The message without the place.</summary>
    public string Reason { get; }

    /// <summary>The piece of the text that it is about; the default where the text of a view or of a function is meant.</summary>
    public TextSpan Span { get; }

    /// <summary>From 1; 0 where no place is known.</summary>
    public int Line => Span.Line;

    /// <summary>From 1, in characters; 0 where no place is known.</summary>
    public int Column => Span.Column;

    /// <summary>The name that may have been meant; null where none is near.</summary>
    public string? Suggestion { get; init; }
}
