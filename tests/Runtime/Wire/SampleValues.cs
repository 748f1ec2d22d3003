using System.Collections;
using System.Reflection;
using System.Text;
using Orrery.Interfaces.Sql;

namespace Orrery.Runtime.Tests.Wire;

/// <summary>Makes values of any type that a grain interface uses, and writes down what is in one, so that two can be compared.</summary>
internal static class SampleValues
{
    private const int DepthMax = 6;

    /// <param name="type">What to make.</param>
    /// <param name="random">Chooses the values.</param>
    /// <param name="isSparse">Nothing where nothing is allowed: nulls, empty lists and texts.</param>
    /// <param name="depth">How deep the value stands in others.</param>
    public static object? Make(Type type, Random random, bool isSparse, int depth = 0)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return isSparse ? null : Make(inner, random, isSparse, depth);
        if (type == typeof(string)) return isSparse ? "" : $"t{random.Next()} ß世\U0001F30D\"\\\n";
        if (type == typeof(bool)) return random.Next(2) == 1;
        if (type.IsEnum) return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length));
        if (type == typeof(double)) return isSparse ? double.NaN : random.NextDouble() * 1e12;
        if (type == typeof(DateTimeOffset)) return DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(1L << 55));
        if (type == typeof(DateTime)) return DateTime.UnixEpoch.AddTicks(random.NextInt64(1L << 55));
        if (type == typeof(TimeSpan)) return new TimeSpan(random.NextInt64(1L << 50));
        if (type == typeof(Guid)) return new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        if (type == typeof(SqlJson)) return isSparse ? SqlJson.EmptyArray : new SqlJson(Encoding.UTF8.GetBytes($"[[{random.Next()},\"ß世\",null]]"));
        if (type.IsPrimitive) return Convert.ChangeType(random.Next(isSparse ? 1 : 100), type, System.Globalization.CultureInfo.InvariantCulture);
        if (type == typeof(ReadOnlyMemory<byte>)) return new ReadOnlyMemory<byte>(isSparse ? [] : [1, 2, 250]);
        if (type.IsArray) return MakeArray(type.GetElementType()!, random, isSparse, depth);
        if (type.IsGenericType && type.IsInterface) return MakeCollection(type, random, isSparse, depth);
        return MakeObject(type, random, isSparse, depth);
    }

    /// <summary>Everything in the value, property by property.</summary>
    public static string Describe(object? value)
    {
        var text = new StringBuilder();
        Describe(text, value);
        return text.ToString();
    }

    private static Array MakeArray(Type element, Random random, bool isSparse, int depth)
    {
        var array = Array.CreateInstance(element, isSparse || depth > DepthMax ? 0 : 2);
        for (int index = 0; index < array.Length; index++) array.SetValue(Make(element, random, isSparse, depth + 1), index);
        return array;
    }

    private static object MakeCollection(Type type, Random random, bool isSparse, int depth)
    {
        var arguments = type.GetGenericArguments();
        if (arguments.Length == 1)
        {
            var array = MakeArray(arguments[0], random, isSparse, depth);
            return Activator.CreateInstance(typeof(List<>).MakeGenericType(arguments), array)!;
        }

        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
        for (int count = 0; count < (isSparse ? 0 : 2); count++) dictionary[Make(arguments[0], random, isSparse, depth + 1)!] = Make(arguments[1], random, isSparse, depth + 1);
        return dictionary;
    }

    private static object MakeObject(Type type, Random random, bool isSparse, int depth)
    {
        var constructor = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length) ?? throw new InvalidOperationException($"{type} has no public constructor.");
        var nullability = new NullabilityInfoContext();
        object?[] arguments = [.. constructor.GetParameters().Select(parameter =>
            (isSparse || depth > DepthMax) && !parameter.ParameterType.IsValueType && nullability.Create(parameter).ReadState == NullabilityState.Nullable ? null : Make(parameter.ParameterType, random, isSparse, depth + 1))];
        object made = constructor.Invoke(arguments);
        foreach (var property in type.GetProperties().Where(property => property.SetMethod is { IsPublic: true } && !constructor.GetParameters().Any(parameter => string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase))))
            property.SetValue(made, Make(property.PropertyType, random, isSparse, depth + 1));
        return made;
    }

    private static void Describe(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string or bool or Enum or Guid or TimeSpan:
                text.Append('<').Append(value).Append('>');
                break;
            case IFormattable plain when value.GetType().IsPrimitive || value is decimal or UInt128 or Int128:
                text.Append(plain.ToString(null, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset moment:
                text.Append(moment.ToString("O"));
                break;
            case DateTime time:
                text.Append(time.ToString("O"));
                break;
            case ReadOnlyMemory<byte> bytes:
                text.Append(Convert.ToHexString(bytes.Span));
                break;
            case IDictionary pairs:
                foreach (object key in pairs.Keys.Cast<object>().Order())
                {
                    text.Append(key).Append("=>");
                    Describe(text, pairs[key]);
                }

                text.Append(';');
                break;
            case IEnumerable items:
                foreach (object? item in items)
                {
                    text.Append('[');
                    Describe(text, item);
                    text.Append(']');
                }

                text.Append(';');
                break;
            default:
                text.Append(value.GetType().Name).Append('{');
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0).OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    text.Append(property.Name).Append('=');
                    Describe(text, property.GetValue(value));
                    text.Append(' ');
                }

                foreach (var field in value.GetType().GetFields().OrderBy(field => field.Name, StringComparer.Ordinal))
                {
                    text.Append(field.Name).Append('=');
                    Describe(text, field.GetValue(value));
                    text.Append(' ');
                }

                text.Append('}');
                break;
        }
    }
}
