namespace Orrery.Grains.Tests.Health.Series;

sealed class BitEquality : IEqualityComparer<double>
{
    public static readonly BitEquality Instance = new();

    public bool Equals(double left, double right) => BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right);

    public int GetHashCode(double value) => BitConverter.DoubleToInt64Bits(value).GetHashCode();
}
