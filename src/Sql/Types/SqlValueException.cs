namespace Orrery.Sql.Types;

/// <summary>A value that cannot be computed or held: a division by zero, an overflow, a text that is no date. The message names what was tried and the values.</summary>
public sealed class SqlValueException : Exception
{
    public SqlValueException(string message)
        : base(message)
    {
    }

    public SqlValueException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
