using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Networking;

namespace Orrery.Runtime;

/// <summary>
/// Exceptions as they travel: the type's name, message, stack text, the inner exception, and what the type's constructor asks for. On arrival only
/// types that <see cref="Find"/> knows are made again: basic ones of .NET, the engine's, and those of assemblies with grain interfaces. A frame cannot
/// name any other type into life; it becomes a <see cref="RemoteCallException"/>.
/// </summary>
internal static class WireExceptions
{
    private const int InnerDepthMax = 4;
    private const int TextLengthMax = 32_000;

    private static readonly Type[] s_basics =
    [
        typeof(Exception), typeof(ArgumentException), typeof(ArgumentNullException), typeof(ArgumentOutOfRangeException), typeof(InvalidOperationException),
        typeof(ObjectDisposedException), typeof(NotSupportedException), typeof(TimeoutException), typeof(OperationCanceledException), typeof(TaskCanceledException),
        typeof(FormatException), typeof(OverflowException), typeof(ArithmeticException), typeof(DivideByZeroException), typeof(IndexOutOfRangeException),
        typeof(KeyNotFoundException), typeof(InvalidCastException), typeof(NullReferenceException), typeof(IOException), typeof(FileNotFoundException),
        typeof(InvalidDataException), typeof(EndOfStreamException), typeof(UnauthorizedAccessException), typeof(AggregateException), typeof(JsonException),
    ];

    private static readonly ConcurrentDictionary<string, Type?> s_types = new(s_basics.Select(static type => KeyValuePair.Create(type.FullName!, (Type?)type)));
    private static readonly ConcurrentDictionary<Type, Shape> s_shapes = new();

    public static void Write(WireWriter writer, Exception error) => Write(writer, error, 0);

    public static Exception Read(ref WireReader reader) => Read(ref reader, 0);

    private static void Write(WireWriter writer, Exception error, int depth)
    {
        writer.WriteText((error as RemoteCallException)?.RemoteType ?? error.GetType().FullName ?? error.GetType().Name);
        writer.WriteText(Shorten(Message(error)));
        writer.WriteText(Shorten(error.StackTrace ?? ""));
        var values = ShapeOf(error.GetType()).Values;
        writer.WriteVarint((uint)values.Count);
        foreach (var value in values)
        {
            writer.WriteText(value.Name);
            writer.WriteBytes(JsonSerializer.SerializeToUtf8Bytes(value.GetValue(error), value.PropertyType));
        }

        var inner = depth < InnerDepthMax ? error.InnerException : null;
        writer.WriteByte(inner is null ? (byte)0 : (byte)1);
        if (inner is not null) Write(writer, inner, depth + 1);
    }

    private static Exception Read(ref WireReader reader, int depth)
    {
        string typeName = reader.ReadName(), message = reader.ReadName(), stack = reader.ReadName();
        var values = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        for (uint left = reader.ReadVarint(); left > 0; left--) values[reader.ReadName()] = reader.ReadBytes().ToArray();
        Exception? inner = null;
        if (reader.ReadByte() != 0)
        {
            if (depth >= InnerDepthMax) throw new WireFormatException($"An exception in a frame is nested more than {InnerDepthMax} deep.");
            inner = Read(ref reader, depth + 1);
        }

        var error = (Find(typeName) is { } type ? ShapeOf(type).Make(message, values, inner) : null) ?? new RemoteCallException(typeName, message, inner);
        if (error is InconsistentStateException conflict) conflict.IsSourceActivation = false;
        if (stack.Length > 0) ExceptionDispatchInfo.SetRemoteStackTrace(error, stack);
        return error;
    }

    /// <summary>The text that the constructor was given; some types add to it what travels on its own.</summary>
    private static string Message(Exception error) => error switch
    {
        RemoteCallException remote => remote.Message[(remote.RemoteType.Length + 2)..],
        ArgumentException { ParamName: { Length: > 0 } name } argument => argument.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal),
        _ => error.Message,
    };

    private static Type? Find(string name) => s_types.TryGetValue(name, out var type) ? type : FindInAssemblies(name);

    private static Type? FindInAssemblies(string name)
    {
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (!ReferenceEquals(assembly, typeof(WireExceptions).Assembly) && !assembly.IsDefined(typeof(GrainManifestAttribute))) continue;
            if (assembly.GetType(name) is { IsAbstract: false, IsGenericType: false } type && typeof(Exception).IsAssignableFrom(type)) return s_types[name] = type;
        }

        return null; // not remembered: names come from outside, and the table must not grow by them
    }

    private static string Shorten(string text) => text.Length <= TextLengthMax ? text : text[..TextLengthMax];

    private static Shape ShapeOf(Type type) => s_shapes.GetOrAdd(type, static type => new Shape(type));

    /// <summary>How an exception type is made: by the constructor with the most parameters each of which is the message, the inner exception, or a property of that name and type.</summary>
    private sealed class Shape
    {
        private readonly ConstructorInfo? _constructor;
        private readonly ParameterInfo[] _parameters = [];

        public Shape(Type type)
        {
            foreach (var constructor in type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Where(static constructor => !constructor.IsPrivate))
            {
                var parameters = constructor.GetParameters();
                if ((_constructor is not null && parameters.Length <= _parameters.Length) || !parameters.All(parameter => IsMessage(parameter) || IsInner(parameter) || Property(type, parameter) is not null)) continue;
                (_constructor, _parameters) = (constructor, parameters);
            }

            Values = [.. _parameters.Where(static parameter => !IsMessage(parameter) && !IsInner(parameter)).Select(parameter => Property(type, parameter)!)];
        }

        public IReadOnlyList<PropertyInfo> Values { get; }

        public Exception? Make(string message, Dictionary<string, byte[]> values, Exception? inner)
        {
            if (_constructor is null) return null;
            var arguments = new object?[_parameters.Length];
            for (int index = 0; index < arguments.Length; index++)
            {
                var parameter = _parameters[index];
                if (IsMessage(parameter))
                    arguments[index] = message;
                else if (IsInner(parameter))
                    arguments[index] = inner;
                else if (values.TryGetValue(parameter.Name!, out var json))
                    arguments[index] = JsonSerializer.Deserialize(json, parameter.ParameterType);
                else
                    return null;
            }

            return (Exception)_constructor.Invoke(arguments);
        }

        private static bool IsMessage(ParameterInfo parameter) => parameter.ParameterType == typeof(string) && parameter.Name == "message";

        private static bool IsInner(ParameterInfo parameter) => parameter.ParameterType == typeof(Exception) && parameter.Name is "inner" or "innerException";

        private static PropertyInfo? Property(Type type, ParameterInfo parameter)
        {
            var found = type.GetProperty(parameter.Name!, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            return found is { CanRead: true } && found.PropertyType == parameter.ParameterType && (IsPlain(found.PropertyType) || IsListOfItsOwn(found.PropertyType, type)) ? found : null;
        }

        /// <summary>Such as what is wrong, place by place: of a type that stands beside the exception.</summary>
        private static bool IsListOfItsOwn(Type type, Type error) =>
            type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && type.GenericTypeArguments[0] is var item && (IsPlain(item) || (item.IsSealed && item.Assembly == error.Assembly));

        private static bool IsPlain(Type type) => type == typeof(string) || type.IsPrimitive || type.IsEnum || type == typeof(Guid) || type == typeof(TimeSpan) || type == typeof(DateTimeOffset) || type == typeof(decimal);
    }
}
