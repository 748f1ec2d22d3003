using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.WebApi.Paging;

/// <summary>The query parameters of every paged list.</summary>
internal readonly struct PageQuery
{
    public const int LimitMax = 500;
    const int TextLengthMax = 500;

    /// <summary>Most items wanted, 1 to 500. Default 100.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    /// <summary>The <c>next</c> of the page before.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    /// <summary>Only items whose id or name contains this.</summary>
    [FromQuery(Name = "q")]
    public string? Search { get; init; }

    /// <exception cref="InvalidInputException">A parameter is out of its bounds.</exception>
    public PageRequest Check()
    {
        if (Limit is < 1 or > LimitMax)
            throw new InvalidInputException("limit", $"limit is {Limit}; choose 1 to {LimitMax}.");
        if (Cursor?.Length > TextLengthMax)
            throw new InvalidInputException("cursor", $"The cursor has {Cursor.Length} characters; send back what 'next' gave.");
        if (Search?.Length > TextLengthMax)
            throw new InvalidInputException("q", $"The search text has {Search.Length} characters; at most {TextLengthMax}.");
        return new PageRequest(Limit ?? 100, string.IsNullOrEmpty(Cursor) ? null : Cursor, string.IsNullOrWhiteSpace(Search) ? null : Search.Trim());
    }
}
