using System.Text.RegularExpressions;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Topics;

/// <summary>What a topic may be called and set to, and how the log is told.</summary>
static partial class TopicRules
{
    /// <exception cref="InvalidInputException">The name or the settings are wrong; the message lists every error.</exception>
    public static void Check(string name, TopicSettings settings)
    {
        if (!TopicName().IsMatch(name))
            throw new InvalidInputException("name", $"'{name}' cannot be a topic: use 1 to 100 characters of a-z, 0-9, '.', '-', '_', beginning with a letter or digit.");
        var errors = LogOptions(settings, new TopicGrainOptions()).Validate();
        if (errors.Count > 0) throw new InvalidInputException("settings", string.Join(' ', errors));
    }

    public static TopicOptions LogOptions(TopicSettings settings, TopicGrainOptions options) => new()
    {
        Partitions = settings.Partitions,
        FlushPolicy = settings.Flush switch
        {
            TopicFlush.EachGroup => FlushPolicy.EachGroup,
            TopicFlush.Interval => FlushPolicy.Interval,
            TopicFlush.OnSeal => FlushPolicy.OnSeal,
            var unknown => throw new InvalidInputException("flush", $"'{unknown}' is no way to flush: use eachGroup, interval or onSeal."),
        },
        RetainAge = settings.RetainAge,
        RetainBytes = settings.RetainBytes,
        DeletesUnread = settings.DeletesUnread,
        Compacts = settings.Compacts,
        TombstoneAge = settings.TombstoneAge,
        BatchBytesLimit = options.BatchBytesMax,
        PendingBytesLimit = options.PendingBytesMax,
        SegmentBytes = options.SegmentBytes,
        HoldsLimit = options.HoldsMax,
        HoldGrace = options.HoldGrace,
    };

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,99}$", RegexOptions.CultureInvariant)]
    private static partial Regex TopicName();
}
