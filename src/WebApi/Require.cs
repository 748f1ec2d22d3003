using Orrery.Interfaces.Errors;

namespace Orrery.WebApi;

/// <summary>Names the field that a body lacks.</summary>
internal static class Require
{
    /// <exception cref="InvalidInputException">Always.</exception>
    public static T Given<T>(string field) => throw new InvalidInputException(field, $"{field} is missing.");
}
