namespace Orrery.Client.News;

/// <summary>News in an object's inbox.</summary>
/// <param name="Article">As <c>tenant/id</c>.</param>
/// <param name="Title">In the language that was asked for, as far as there is one.</param>
/// <param name="Html">Safe to be shown: made of an allow-list of elements, without scripts. Empty where it is withdrawn.</param>
/// <param name="Language">Of title and text.</param>
/// <param name="At">When it came, UTC, to the minute.</param>
/// <param name="IsRead">Whether it was read in any channel.</param>
/// <param name="IsWithdrawn">It was recalled after it was read.</param>
/// <param name="Files">Names of its files.</param>
public sealed record NewsArticle(string Article, string Title, string Html, string Language, DateTimeOffset At, bool IsRead, bool IsWithdrawn, IReadOnlyList<string> Files);
