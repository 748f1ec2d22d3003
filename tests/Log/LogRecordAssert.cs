namespace Orrery.Log.Tests;

static class LogRecordAssert
{
    public static void ShouldEqual(this IReadOnlyList<LogRecord> actual, IReadOnlyList<LogRecord> expected, string context)
    {
        actual.Count.ShouldBe(expected.Count, context);
        for (int number = 0; number < actual.Count; number++)
        {
            bool same = actual[number].TimestampMilliseconds == expected[number].TimestampMilliseconds
                && actual[number].Key.Span.SequenceEqual(expected[number].Key.Span) && actual[number].Value.Span.SequenceEqual(expected[number].Value.Span)
                && actual[number].Headers.Span.SequenceEqual(expected[number].Headers.Span);
            if (!same) throw new ShouldAssertException($"{context}: record {number} of {actual.Count} differs");
        }
    }
}
