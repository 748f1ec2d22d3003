namespace Orrery.Interfaces.Errors;

/// <summary>An expected refusal: the caller asked for something that cannot be done, and the message says what, on which id, and what to do.</summary>
/// <remarks>Grains throw the kinds below; the HTTP edge turns each into a problem-details answer with the status named.</remarks>
public abstract class RefusalException(string message) : Exception(message);

/// <summary>The thing named does not exist, or the caller may not know that it does. HTTP 404.</summary>
public sealed class NotFoundException(string message) : RefusalException(message);

/// <summary>The thing to create exists already, or is in a state that forbids the change. HTTP 409.</summary>
public sealed class ConflictException(string message) : RefusalException(message);

/// <summary>The caller changed a version that is no longer the current one. HTTP 412.</summary>
public sealed class VersionMismatchException(string message) : RefusalException(message);

/// <summary>One field of the input cannot be used. HTTP 400 (422 where the shape was right and the content was not).</summary>
/// <param name="field">The JSON name of the field, camelCase, dotted for nested ones.</param>
/// <param name="message">What is wrong with the value, the bound it broke, and what to do.</param>
public sealed class InvalidInputException(string field, string message) : RefusalException(message)
{
    /// <summary>The JSON name of the field, camelCase, dotted for nested ones.</summary>
    public string Field { get; } = field;
}

/// <summary>A bound was reached: sites of a tenant, series of a server, rules of a tenant. HTTP 429 for rates, 409 for counts.</summary>
public sealed class LimitReachedException(string message) : RefusalException(message);
