using System.Globalization;
using Orrery.Interfaces.Errors;
using Orrery.Log;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sources;

/// <summary>What a generator of auctions is told.</summary>
/// <param name="Kind"><c>person</c>, <c>auction</c> or <c>bid</c>: which of the events are the table's rows.</param>
/// <param name="Events">How many events there are, of all kinds.</param>
/// <param name="Rate">Events a second; 0: as fast as they are taken.</param>
/// <param name="Seed">Other seeds give other values.</param>
sealed record NexmarkOptions(string Kind, long Events, long Rate, int Seed)
{
    public const long EventsMax = 1_000_000_000;

    /// <exception cref="InvalidInputException">An option cannot be used.</exception>
    public static NexmarkOptions Of(Relation relation)
    {
        string kind = (relation.Options.TryGetValue("type", out string? said) ? said : relation.Name).ToLowerInvariant();
        if (kind is not ("person" or "auction" or "bid"))
            throw new InvalidInputException("text", $"Table '{relation.Name}': the option 'type' is '{kind}'; it can be person, auction or bid.");
        return new NexmarkOptions(kind, Number(relation, "events", 1_000, 1, EventsMax), Number(relation, "rate", 0, 0, EventsMax), (int)Number(relation, "seed", 1, 0, int.MaxValue));
    }

    static long Number(Relation relation, string key, long otherwise, long least, long most)
    {
        if (!relation.Options.TryGetValue(key, out string? text))
            return otherwise;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most
            ? value
            : throw new InvalidInputException("text", $"Table '{relation.Name}': the option '{key}' is '{text}'; it can be {least} to {most}.");
    }
}

/// <summary>
/// Makes the events of Nexmark: of 50 events 1 is a person, 3 are auctions, 46 are bids. An event follows from its number and the seed alone, so a range of numbers can be made again at any time; event time
/// goes on by a millisecond an event from a fixed start.
/// </summary>
sealed class NexmarkDecoder(NexmarkOptions options) : IRowDecoder
{
    const int Cycle = 50, Auctions = 3, FirstPerson = 1_000, FirstAuction = 1_000, Sellers = 100, Hot = 4;
    static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
    static readonly string[] States = ["OR", "ID", "CA", "WA", "AZ", "WY"], Cities = ["Portland", "Boise", "Los Angeles", "Seattle", "Phoenix", "Cheyenne"];
    static readonly string[] FirstNames = ["Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie"], LastNames = ["Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton"];
    static readonly string[] Channels = ["Google", "Facebook", "Baidu", "Apple"];

    public void Decode(SourceSlice slice, RowTarget target, Action<long, LogRecord, string> reject)
    {
        for (long number = slice.From; number < slice.To; number++)
        {
            int place = (int)(number % Cycle);
            string kind = place == 0 ? "person" : place <= Auctions ? "auction" : "bid";
            if (kind != options.Kind)
                continue;
            var values = new object?[target.Relation.Schema.Count];
            foreach (int column in target.Stored)
                values[column] = Value(number, target.Relation.Schema[column].Name.ToLowerInvariant());
            target.Add(values);
        }
    }

    object? Value(long number, string column)
    {
        long cycle = number / Cycle;
        int place = (int)(number % Cycle);
        DateTime at = Start.AddMilliseconds(number);
        return (options.Kind, column) switch
        {
            (_, "datetime" or "date_time" or "ts" or "rowtime") => at,
            ("person", "id") => FirstPerson + cycle,
            ("person", "name") => $"{Pick(FirstNames, number, 1)} {Pick(LastNames, number, 2)}",
            ("person", "emailaddress" or "email_address") => $"{Of(number, 3) % 1_000_000}@example.com",
            ("person", "creditcard" or "credit_card") => $"{Of(number, 4) % 10_000:D4} {Of(number, 5) % 10_000:D4} {Of(number, 6) % 10_000:D4} {Of(number, 7) % 10_000:D4}",
            ("person", "city") => Pick(Cities, number, 8),
            ("person", "state") => Pick(States, number, 8),
            ("auction", "id") => FirstAuction + (cycle * Auctions) + place - 1,
            ("auction", "itemname" or "item_name") => $"item {Of(number, 1) % 1_000}",
            ("auction", "description") => $"lot {Of(number, 2) % 100_000}",
            ("auction", "initialbid" or "initial_bid") => (long)(Of(number, 3) % 1_000) + 1,
            ("auction", "reserve") => (long)(Of(number, 3) % 1_000) + 1 + (long)(Of(number, 4) % 1_000),
            ("auction", "expires") => at.AddMilliseconds(1_000 + (long)(Of(number, 5) % 20_000)),
            ("auction", "seller") => Recent(cycle, FirstPerson, number, 6),
            ("auction", "category") => 10L + (long)(Of(number, 7) % 5),
            ("bid", "auction") => Recent((cycle * Auctions) + Auctions - 1, FirstAuction, number, 1),
            ("bid", "bidder") => Recent(cycle, FirstPerson, number, 2),
            ("bid", "price") => (long)Math.Pow(10, Of(number, 3) % 6_000 / 1_000.0) * 100,
            ("bid", "channel") => Pick(Channels, number, 4),
            ("bid", "url") => $"https://www.example.com/item?id={Of(number, 5) % 10_000}",
            (_, "extra") => "",
            _ => null,
        };
    }

    /// <summary>One of the newest ids, the hot ones more often.</summary>
    long Recent(long newest, long first, long number, int salt)
    {
        ulong chance = Of(number, salt + 20);
        long back = chance % Hot != 0 ? (long)(Of(number, salt) % 4) : (long)(Of(number, salt) % Sellers);
        return first + Math.Max(0, newest - back);
    }

    string Pick(string[] from, long number, int salt) => from[Of(number, salt) % (ulong)from.Length];

    /// <summary>A number that follows from the event, the place in it and the seed.</summary>
    ulong Of(long number, int salt)
    {
        ulong mixed = unchecked(((ulong)number * 0x9E3779B97F4A7C15) ^ ((ulong)(salt + 1) * 0xBF58476D1CE4E5B9) ^ ((ulong)options.Seed * 0x94D049BB133111EB));
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return mixed ^ (mixed >> 31);
    }
}

/// <summary>The numbers of a generator's events, as they are due.</summary>
sealed class GeneratedCursor(NexmarkOptions options, long offset, int stepMax, TimeProvider time) : SourceCursor(0, offset)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    long startedAt = time.GetTimestamp();
    long startedOffset = offset;

    public override bool IsReady => Due > Offset;

    long Due => options.Rate == 0 ? options.Events : Math.Min(options.Events, startedOffset + (long)(time.GetElapsedTime(startedAt).TotalSeconds * options.Rate));

    public override async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (!IsReady && !IsEnded)
            await Task.Delay(Offset >= options.Events ? Timeout.InfiniteTimeSpan : Pause, time, cancellationToken);
    }

    public override Task<SourceSlice?> TakeAsync()
    {
        if (!IsReady)
            return Task.FromResult<SourceSlice?>(null);
        long from = Offset;
        Offset = Math.Min(Due, from + stepMax);
        End = Due;
        return Task.FromResult<SourceSlice?>(Slice(from, Offset));
    }

    public override async IAsyncEnumerable<SourceSlice> AgainAsync(long from, long to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield return Slice(from, to);
    }

    public override void MoveTo(long offset)
    {
        base.MoveTo(offset);
        (startedOffset, startedAt) = (offset, time.GetTimestamp());
    }

    SourceSlice Slice(long from, long to) => new(0, from, to, options.Events, [], (int)Math.Min(to - from, int.MaxValue / 128) * 100, null);
}
