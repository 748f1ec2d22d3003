namespace Orrery.WebApi.Intake;

/// <summary>Why a sample was not taken. Its JSON and its metric tag are the name in snake_case.</summary>
internal enum DropReason
{
    None,

    /// <summary>NaN or infinite, and no stale marker.</summary>
    NotFinite,

    /// <summary>Older than the retention or the out-of-order window.</summary>
    TooOld,

    /// <summary>Too far in the future.</summary>
    TooNew,

    /// <summary>The metric's name is missing or has other characters than <c>a-z A-Z 0-9 _ :</c>.</summary>
    BadName,

    /// <summary>A label's name has other characters than <c>a-z A-Z 0-9 _</c>, stands twice, or a value is no UTF-8.</summary>
    BadLabel,

    /// <summary>A name, a value or all labels together are too long.</summary>
    NameTooLong,

    /// <summary>The key, the server or the site has as many series or servers as it may.</summary>
    OverLimit,

    /// <summary>Not a pair of a whole number and a number, or a kind of sample that is not kept.</summary>
    WrongType,
}
