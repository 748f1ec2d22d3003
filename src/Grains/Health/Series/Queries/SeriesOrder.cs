using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Queries;

/// <summary>Orders series by their labels, name first.</summary>
static class SeriesOrder
{
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var leftLabels = SeriesKey.Labels(left);
        var rightLabels = SeriesKey.Labels(right);
        while (true)
        {
            bool hasLeft = leftLabels.MoveNext(), hasRight = rightLabels.MoveNext();
            if (!hasLeft || !hasRight) return hasLeft.CompareTo(hasRight);
            int order = leftLabels.Current.Name.SequenceCompareTo(rightLabels.Current.Name);
            if (order == 0) order = leftLabels.Current.Value.SequenceCompareTo(rightLabels.Current.Value);
            if (order != 0) return order;
        }
    }
}
