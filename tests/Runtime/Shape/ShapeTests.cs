using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orrery.Runtime.Tests.Shape;

/// <summary>
/// Grain code keeps to what Microsoft Orleans has too. <c>GrainShape.txt</c> lists it, one member a line, with the signatures of Orleans 10; a member
/// of the engine's namespace for grains that is not on the list, or a listed one that is gone or changed, fails here. To change the shape, change
/// the list in the same commit, and say in it why Orleans has the member as well.
/// </summary>
public sealed class ShapeTests
{
    private const string EnginesOwn = "own ";

    [Fact]
    public void The_members_that_grains_use_are_the_listed_ones()
    {
        var listed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Shape", "GrainShape.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.StartsWith(EnginesOwn, StringComparison.Ordinal) ? line[EnginesOwn.Length..] : line).ToArray();
        var actual = typeof(Grain).Assembly.GetExportedTypes().Where(type => type.Namespace == "Orrery.Runtime").SelectMany(Describe).ToArray();
        listed.Except(actual).ShouldBeEmpty("these are listed, and the engine lacks them");
        actual.Except(listed).ShouldBeEmpty("these are not listed: does Orleans have them?");
    }

    private static IEnumerable<string> Describe(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : "class";
        var bases = type.GetInterfaces().Where(parent => parent.Namespace == "Orrery.Runtime").Select(Name).Order(StringComparer.Ordinal).ToList();
        yield return $"{kind} {Name(type)}{(bases.Count > 0 ? " : " + string.Join(", ", bases) : "")}";
        if (type.IsEnum)
        {
            foreach (string value in Enum.GetNames(type)) yield return $"{Name(type)}.{value} = {Convert.ToInt64(Enum.Parse(type, value), System.Globalization.CultureInfo.InvariantCulture)}";
            yield break;
        }

        const BindingFlags declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var member in type.GetMembers(declared).Select(member => DescribeMember(type, member)).OfType<string>().Order(StringComparer.Ordinal)) yield return member;
    }

    private static string? DescribeMember(Type type, MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsVisible(constructor) => $"{Name(type)}.new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when IsVisible(method) && !IsOfObjects(method) =>
            $"{Name(type)}.{Visibility(method)}{method.Name}{(method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "")}({Parameters(method)}): {Name(method.ReturnType)}",
        PropertyInfo property when property.GetMethod is { } get && IsVisible(get) =>
            $"{Name(type)}.{Visibility(get)}{property.Name}: {Name(property.PropertyType)} {{ get;{(property.SetMethod is { } set && IsVisible(set) ? IsInit(set) ? " init;" : " set;" : "")} }}",
        _ => null,
    };

    private static bool IsOfObjects(MethodInfo method) =>
        method.Name is "ToString" or "Equals" or "GetHashCode" or "PrintMembers" or "Deconstruct" || method.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Visibility(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static bool IsInit(MethodInfo set) => set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select((parameter, index) =>
            (index == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + Name(parameter.ParameterType) + " " + parameter.Name + (parameter.HasDefaultValue ? " = default" : "")));

    private static string Name(Type type)
    {
        if (type.IsGenericParameter) return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Name(underlying) + "?";
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        string name = type == typeof(void) ? "void" : type == typeof(string) ? "string" : type == typeof(bool) ? "bool" : type == typeof(int) ? "int" : type == typeof(object) ? "object" : type.Name;
        return type.IsGenericType ? $"{name[..name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
