using System.Text.Json;
using Orrery.Grains.Reviews.Sentiment;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Reviews;

/// <summary>A tenant's reviews in memory and in blocks: a review that changes rewrites its block, and not the list. Beside them what finds them: terms, subjects, submissions.</summary>
sealed class ReviewShelf(Func<int, IBlockGrain> block)
{
    public const int PerBlock = 50, BlocksMax = 400;

    readonly SortedDictionary<long, StoredReview> reviews = [];
    readonly Dictionary<string, List<long>> terms = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> subjects = new(StringComparer.Ordinal), submissions = new(StringComparer.Ordinal);

    public IEnumerable<StoredReview> All => reviews.Values;

    /// <summary>The highest number that was ever here.</summary>
    public long Last { get; private set; }

    public static int BlockOf(long number) => (int)((number - 1) / PerBlock);

    public async Task LoadAsync(int first, int end)
    {
        foreach (byte[]? content in await Task.WhenAll(Enumerable.Range(first, end - first).Select(number => block(number).Read())))
            if (content is not null)
                foreach (StoredReview review in JsonSerializer.Deserialize<List<StoredReview>>(content)!)
                    Keep(review);
    }

    public StoredReview? Find(long number) => reviews.GetValueOrDefault(number);

    public StoredReview? OfSubject(string form, string subject) => subjects.TryGetValue($"{form}/{subject}", out long number) ? Find(number) : null;

    public StoredReview? OfSubmission(string form, string submission) => submissions.TryGetValue($"{form}/{submission}", out long number) ? Find(number) : null;

    /// <summary>Numbers of the reviews that have all of the searched terms; null: nothing is searched.</summary>
    public IReadOnlySet<long>? Search(string? text)
    {
        string[] wanted = [.. TextRuns.QueryTerms(text ?? "").Distinct(StringComparer.Ordinal)];
        if (wanted.Length == 0)
            return string.IsNullOrWhiteSpace(text) ? null : new HashSet<long>();
        List<long>?[] found = [.. wanted.Select(term => terms.GetValueOrDefault(term)).OrderBy(static set => set?.Count ?? 0)];
        var all = new HashSet<long>(found[0] ?? []);
        foreach (List<long>? set in found.Skip(1))
            all.IntersectWith(set ?? []);
        return all;
    }

    /// <summary>Completes when it is stored.</summary>
    public Task PutAsync(StoredReview review)
    {
        Forget(review.Review.Number);
        Keep(review);
        return WriteAsync(BlockOf(review.Review.Number));
    }

    /// <summary>Takes reviews away; completes when that is stored.</summary>
    public async Task RemoveAsync(IReadOnlyList<long> numbers)
    {
        foreach (long number in numbers)
            Forget(number);
        foreach (int changed in numbers.Select(BlockOf).Distinct().ToArray())
            await WriteAsync(changed);
    }

    public static string TextOf(Review review) => string.Join('\n', review.Answers.Where(static answer => answer.Text is not null).Select(static answer => answer.Text));

    Task WriteAsync(int number)
    {
        StoredReview[] content = [.. Enumerable.Range(1, PerBlock).Select(at => Find(((long)number * PerBlock) + at)).OfType<StoredReview>()];
        return content.Length == 0 ? block(number).Clear() : block(number).Write(JsonSerializer.SerializeToUtf8Bytes(content));
    }

    void Keep(StoredReview stored)
    {
        Review review = stored.Review;
        reviews[review.Number] = stored;
        Last = Math.Max(Last, review.Number);
        submissions[$"{review.Form}/{stored.Submission}"] = review.Number;
        if (review.Subject is { } subject)
            subjects[$"{review.Form}/{subject}"] = review.Number;
        foreach (string term in TermsOf(review))
        {
            List<long> numbers = terms.TryGetValue(term, out List<long>? known) ? known : terms[term] = [];
            if (numbers.BinarySearch(review.Number) is var at and < 0)
                numbers.Insert(~at, review.Number);
        }
    }

    void Forget(long number)
    {
        if (!reviews.Remove(number, out StoredReview? known))
            return;
        submissions.Remove($"{known.Review.Form}/{known.Submission}");
        if (known.Review.Subject is { } subject)
            subjects.Remove($"{known.Review.Form}/{subject}");
        foreach (string term in TermsOf(known.Review))
            if (terms.TryGetValue(term, out List<long>? numbers) && numbers.BinarySearch(number) is var at and >= 0)
            {
                numbers.RemoveAt(at);
                if (numbers.Count == 0)
                    terms.Remove(term);
            }
    }

    static IEnumerable<string> TermsOf(Review review) => TextRuns.Terms($"{TextOf(review)}\n{review.Reply?.Text}").Distinct(StringComparer.Ordinal);
}
