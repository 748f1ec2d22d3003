namespace Orrery.Sql.Compilation;

/// <summary>What becomes of a row with a value that cannot be computed.</summary>
public enum ErrorPolicy
{
    /// <summary>The compiled code throws <see cref="Types.SqlValueException"/>; the operator stops its view.</summary>
    Fail,

    /// <summary>The value is NULL (where its column is nullable, else it throws), a predicate does not hold.</summary>
    Null,

    /// <summary>The compiled code throws as with <see cref="Fail"/>; the operator drops the row and tells.</summary>
    DeadLetter,
}
