using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Sql;

/// <summary>A text that cannot be run, with its place. HTTP 400.</summary>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="statement">Which statement, counted from 1; 0: the text as a whole.</param>
/// <param name="line">From 1; 0: no place can be said.</param>
/// <param name="column">From 1.</param>
/// <param name="offset">Characters before it.</param>
/// <param name="length">Of what is wrong.</param>
public sealed class SqlRefusedException(string message, int statement, int line, int column, int offset, int length) : RefusalException(message)
{
    public int Statement { get; } = statement;

    public int Line { get; } = line;

    public int Column { get; } = column;

    public int Offset { get; } = offset;

    public int Length { get; } = length;
}

/// <summary>A statement that changes something, by somebody who may only read. HTTP 403.</summary>
public sealed class SqlForbiddenException(string message) : RefusalException(message);
